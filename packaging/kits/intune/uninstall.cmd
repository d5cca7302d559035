@echo off
rem Uninstall command of the Win32 app. State and configuration stay, unless:
rem     uninstall.cmd purge
setlocal
set properties=
if /i "%~1"=="purge" set properties=PURGE=1
msiexec.exe /x "%~dp0moored.msi" /qn /norestart %properties%
exit /b %errorlevel%
