/**
 * What helps somebody who helps: the log, and a bundle of files without secrets in them. Rule:
 * everything is masked before it leaves.
 */
@NullMarked
package dev.proxkiln.cli.support;

import org.jspecify.annotations.NullMarked;
