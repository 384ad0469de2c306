/**
 * Plug-ins on disk: jars of modules that others made, who signed them, and the folder that keeps
 * them. Rule: what is handed out are bytes that were read once and verified as they are; a file is
 * never looked at again to load a class from it.
 */
@NullMarked
package dev.proxkiln.host.plugin;

import org.jspecify.annotations.NullMarked;
