# Remediation: starts the service. What keeps it from running is in the event log,
# Application, source Moored.
Start-Service -Name Moored -ErrorAction Stop
exit 0
