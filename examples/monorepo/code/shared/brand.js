/** What all three have in common. */
exports.brand = "Bolo & Café";
