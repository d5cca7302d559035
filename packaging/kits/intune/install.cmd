@echo off
rem Install command of the Win32 app, with both values or with none:
rem     install.cmd https://collector.example.com:8443 TOKEN
rem Without them it enrolls by what Group Policy or an Intune profile sets.
rem The exit code is that of Windows Installer: 0 done, 3010 done with a restart to come.
setlocal
set properties=
if not "%~1"=="" set properties=COLLECTOR="%~1"
if not "%~2"=="" set properties=%properties% TOKEN="%~2"
msiexec.exe /i "%~dp0moored.msi" /qn /norestart %properties%
set code=%errorlevel%
rem Of a version that is there already, Windows Installer starts no service.
sc.exe start Moored >nul 2>&1
exit /b %code%
