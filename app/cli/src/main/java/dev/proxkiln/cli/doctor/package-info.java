/**
 * What {@code doctor} looks at beside the node: this machine, its files, its runs; and how it looks
 * at everything at once. Rule: looking changes nothing, and a look that fails is a finding.
 */
@NullMarked
package dev.proxkiln.cli.doctor;

import org.jspecify.annotations.NullMarked;
