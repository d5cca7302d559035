# Detection of a remediation, in 64-bit PowerShell: exit code 1 has Intune run
# remediate.ps1. The words before it are shown in Intune's list of devices.
$moored = Join-Path $env:ProgramFiles 'Moored\moored.exe'
if (-not (Test-Path -LiteralPath $moored)) {
    Write-Output 'not installed'
    exit 0
}
$told = & $moored status --json | ConvertFrom-Json
$code = $LASTEXITCODE
Write-Output ((@($told.state) + @($told.complaints)) -join '; ')
# Only an agent that does not run can be helped by starting it.
if ($code -eq 3) { exit 1 }
exit 0
