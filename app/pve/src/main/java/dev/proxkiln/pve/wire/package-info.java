/**
 * What goes over the wire: JSON to plain trees and back, and when a call may be sent again.
 *
 * <p>Rule: nobody else imports the JSON library, and it is loaded with the first call only.
 */
@NullMarked
package dev.proxkiln.pve.wire;

import org.jspecify.annotations.NullMarked;
