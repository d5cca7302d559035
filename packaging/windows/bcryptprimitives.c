/* Random bytes under the name by which Rust asks Windows for them. Windows has
   this library; Wine has it since 9, and Debian 12 has Wine 8. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    return RtlGenRandom(bytes, (ULONG)count);
}
