/**
 * What publishers say of the catalogue's images now: whether addresses are there or have moved,
 * whether checksums and signatures still hold, whether there are newer builds. Rule: only questions
 * go out, a few at a time to each host, and what was found is reported and changes nothing.
 */
@NullMarked
package dev.proxkiln.template.upstream;

import org.jspecify.annotations.NullMarked;
