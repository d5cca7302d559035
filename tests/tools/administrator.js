// An administrator of MeshCentral, as its web page is one: opens a terminal (1)
// or the desktop (2) of a laptop through its server, until this is ended.
// Prints what the terminal prints, and that a picture of the desktop has come.
// node administrator.js MODULES SERVER LAPTOP KIND
const [, , modules, server, laptop, kind] = process.argv;
const WebSocket = require(modules + '/ws');
const base64 = (text) => Buffer.from(text).toString('base64');
// The server's certificate is of its own making.
const options = { rejectUnauthorized: false };
const login = { 'x-meshauth': base64('admin') + ',' + base64('Admin-1234') };
const control = new WebSocket(server + '/control.ashx', { ...options, headers: login });
const say = (message) => control.send(JSON.stringify(message));

control.on('message', (raw) => {
    const told = JSON.parse(raw.toString());
    if (told.action == 'serverinfo') say({ action: 'authcookie' });
    if (told.action == 'msg' && told.result && told.result != 'OK') fail(told.result);
    if (told.action == 'authcookie') open(told.cookie, told.rcookie);
});
control.on('error', fail);

function open(ours, theirs) {
    const id = 'tunnel' + Date.now();
    const path = `/meshrelay.ashx?p=${kind}&nodeid=${encodeURIComponent(laptop)}&id=${id}`;
    const value = `*${path}&rauth=${theirs}`;
    say({ action: 'msg', nodeid: laptop, type: 'tunnel', usage: +kind, value, responseid: 'test' });
    const tunnel = new WebSocket(`${server}${path}&browser=1&auth=${ours}`, options);
    tunnel.on('message', (data, isBinary) => heard(tunnel, data, isBinary));
    tunnel.on('error', fail);
    tunnel.on('close', () => fail('closed'));
}

let isOpen = false;
function heard(tunnel, data, isBinary) {
    if (!isOpen) {
        // Both ends are there.
        isOpen = data.toString().startsWith('c');
        if (isOpen) tunnel.send(kind);
        if (isOpen && kind == '1') tunnel.send(Buffer.from('id\n'));
    } else if (kind == '1') {
        console.log(data.toString());
    } else if (isBinary && data.readUInt16BE(0) == 3) {
        console.log('a picture has come');
    }
}

function fail(why) {
    console.log(String(why));
    process.exit(1);
}
