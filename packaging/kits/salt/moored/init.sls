# Installs Moored's agent and tells it where to report: the pillar of this name
# says what (pillar/moored.sls is an example).
{% set moored = salt['pillar.get']('moored', {}) %}

moored:
  pkg.installed:
{% if moored.get('package') %}
    # A file beside this one, of the kind the laptop's package manager takes.
    - sources:
      - moored: {{ moored.package | json }}
{% elif moored.get('version') %}
    - version: {{ moored.version | json }}
{% else %}
    - name: moored
{% endif %}
  service.running:
    - name: moored
    - enable: true
    - watch:
      - pkg: moored
      - file: /etc/moored/environment

/etc/moored/environment:
  file.managed:
    - source: salt://moored/environment.jinja
    - template: jinja
    - user: root
    - group: root
    - mode: '0600'
    - show_changes: false
    - require:
      - pkg: moored
