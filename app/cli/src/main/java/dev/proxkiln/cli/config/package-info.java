/**
 * The commands about settings, profiles and secrets, and the file that carries them to another
 * machine. Rule: no secret is printed unless it is asked for by name.
 */
@NullMarked
package dev.proxkiln.cli.config;

import org.jspecify.annotations.NullMarked;
