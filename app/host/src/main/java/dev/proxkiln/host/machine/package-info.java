/**
 * Settings of this machine that guests may inherit. Rule: reads only, and nothing that holds a
 * password.
 */
@NullMarked
package dev.proxkiln.host.machine;

import org.jspecify.annotations.NullMarked;
