# Custom detection script of the Win32 app, in the system's context. Something on the
# standard output and exit code 0: the app is there. Also for Configuration Manager.
# The version is that of the package you upload with it.
$wanted = [version]'0.1.0'

# Where scripts run as 32 bits, ProgramFiles is another folder.
$files = if ($env:ProgramW6432) { $env:ProgramW6432 } else { $env:ProgramFiles }
$moored = Join-Path $files 'Moored\moored.exe'
if (-not (Test-Path -LiteralPath $moored)) { exit 0 }

$told = & $moored --version --json | ConvertFrom-Json
if ([version]$told.version -lt $wanted) { exit 0 }

# 0 healthy, 1 degraded, 2 not enrolled: the agent runs. 3: it does not.
& $moored status --json | Out-Null
if ($LASTEXITCODE -le 2) { Write-Output "Moored $($told.version)" }
exit 0
