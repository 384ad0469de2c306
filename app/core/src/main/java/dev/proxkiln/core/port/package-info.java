/**
 * The edges: small interfaces for PVE calls, commands, files, downloads and consoles. The executor
 * knows only these. Rule: implementations live in host and pve; fakes in tests.
 */
@NullMarked
package dev.proxkiln.core.port;

import org.jspecify.annotations.NullMarked;
