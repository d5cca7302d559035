// A provider of OpenID Connect (https://github.com/panva/node-oidc-provider),
// as any company may run one: its people, their groups, and us as its client.
// Arguments: where the provider's program is, and where to send browsers back to.
import http from "node:http";

const [program, back] = process.argv.slice(2);
const { default: Provider } = await import(program);
const groups = { ada: ["staff", "soc"], bob: ["staff", "it"], eve: ["staff"] };
const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "moored", client_secret: "a secret of two", redirect_uris: [back] }],
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: `id-of-${id}`, preferred_username: id, groups: groups[id] || [] }),
    }),
    claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
    scopes: ["openid", "profile", "email", "groups"],
    conformIdTokenClaims: process.env.ONLY_USERINFO === "1",
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  console.log(`issuer ${issuer} .`);
});
