#!jinja|yaml
# An example. Keep the token in a pillar that is encrypted (the gpg renderer) and
# that only the laptops that are to enroll may read.
moored:
  # package: salt://moored/moored_0.1.0-1_amd64.deb
  collector: https://collector.example.com:8443
  token: TOKEN
  # proxy: http://proxy.example.com:3128
