# Removes Moored's agent, its configuration and its state. The collector still lists
# the laptop: revoke it there.
moored:
  pkg.purged: []

{% for path in ['/etc/moored/agent.toml', '/etc/moored/environment', '/var/lib/moored'] %}
{{ path }}:
  file.absent:
    - require:
      - pkg: moored
{% endfor %}
