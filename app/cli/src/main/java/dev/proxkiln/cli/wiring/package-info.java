/**
 * {@code Wiring} puts the parts together by hand; the rest is what every command needs of it. Rule:
 * it knows no command and no screen, which are made of it, and makes what costs time to load when
 * it is first asked for.
 */
@NullMarked
package dev.proxkiln.cli.wiring;

import org.jspecify.annotations.NullMarked;
