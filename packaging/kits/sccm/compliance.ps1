# Discovery script of a configuration item, data type string; the rule: the value
# equals healthy. It says in one word how the agent fares.
$moored = Join-Path $env:ProgramFiles 'Moored\moored.exe'
if (-not (Test-Path -LiteralPath $moored)) { return 'not_installed' }
(& $moored status --json | ConvertFrom-Json).state
