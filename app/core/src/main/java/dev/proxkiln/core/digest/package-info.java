/**
 * Digests, in hexadecimal with lower-case letters. Rule: SHA-256 for whatever is ours to choose;
 * what a publisher chose is checked where it is downloaded.
 */
@NullMarked
package dev.proxkiln.core.digest;

import org.jspecify.annotations.NullMarked;
