// Starts the real Bluesky network software (directory, personal data server, app view) on loopback and prints where.
// Needs DB_POSTGRES_URL, DB_POSTGRES_SCHEMA and REDIS_HOST. Ends with its standard input, so it never outlives its parent.
import net from "node:net";

// The servers listen on every interface when no host is named; nothing of a test belongs on the network.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first] = args;
  if (typeof first === "object" && first !== null && "port" in first) {
    args[0] = { host: "127.0.0.1", ...first };
  } else if (typeof first === "number" || typeof first === "undefined") {
    const rest = args.slice(1).filter((value) => typeof value === "function");
    return listen.call(this, { port: first ?? 0, host: "127.0.0.1" }, ...rest);
  }
  return listen.apply(this, args);
};

const [plc, pds, bsky, ozone] = process.argv.slice(2).map(Number);
const { TestNetwork } = await import("@atproto/dev-env");
const network = await TestNetwork.create({
  plc: { port: plc },
  pds: { port: pds, hostname: "localhost", enableDidDocWithSession: true },
  bsky: { dbPostgresSchema: "bsky", port: bsky },
  ozone: { port: ozone },
});
console.log(`READY ${JSON.stringify({ plc: network.plc.url, pds: network.pds.url, bsky: network.bsky.url })}`);

const stop = async () => {
  setTimeout(() => process.exit(0), 5000).unref();
  await network.close().catch(() => undefined);
  process.exit(0);
};
process.stdin.on("end", stop).resume();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
