const { transformSync } = require('esbuild');

/** A webpack loader: webpack 4 reads nothing newer than ES2018. */
module.exports = (source) => transformSync(source, { target: 'es2018', loader: 'js' }).code;
