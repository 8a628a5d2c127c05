/** The code that all three apps share. */
exports.brand = "Bolo & Café";
