/**
 * What is logged and how: a JSON document a line, secrets masked, the logging library loaded by the
 * first line and not before. Rule: nothing here is touched by a command that has nothing to log.
 */
@NullMarked
package dev.proxkiln.cli.log;

import org.jspecify.annotations.NullMarked;
