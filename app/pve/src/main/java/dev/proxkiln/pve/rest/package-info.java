/**
 * The REST transport: HTTPS with a pinned certificate or a known authority, API token or ticket.
 *
 * <p>Rule: a certificate is never accepted blindly, and a call that may have started something is
 * never sent twice.
 */
@NullMarked
package dev.proxkiln.pve.rest;

import org.jspecify.annotations.NullMarked;
