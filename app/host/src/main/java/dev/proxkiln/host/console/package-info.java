/**
 * Serial consoles of guests on this machine. Rule: following a console never fails and never holds
 * more than its last lines.
 */
@NullMarked
package dev.proxkiln.host.console;

import org.jspecify.annotations.NullMarked;
