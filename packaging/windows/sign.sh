# A signature for a trial, which asks for one thing; read in by those that need it:
#
#   sign NAME SENSOR FIELD VALUE HIT MISS   into $room/signatures/test
sign() {
    cat >"$room/signatures/test/$1.toml" <<END
title = "$1 is seen"
severity = "high"
confidence = "high"
kind = "identity"
technique = "T1219.002"
why = "A test."
innocent = "A test."
blind_spots = "A test."
verify = "A test."
response = "A test."
references = []
[[when]]
sensor = "$2"
where = { $3 = '$4' }
[[hit]]
$2 = [{ $3 = $5 }]
[[miss]]
$2 = [{ $3 = $6 }]
END
}
