// Refuses a Node.js that is too old, in syntax that any of them reads. The engine shows what is printed in place of the port.
if (Number(process.versions.node.split(".")[0]) >= 20) {
  require("./server.js");
} else {
  console.log(
    "The CamposCloud plugin needs Node.js 20 or newer; the node on the PATH is " +
      process.versions.node +
      ". Install a newer one from https://nodejs.org, then run again.",
  );
  process.exitCode = 1;
}
