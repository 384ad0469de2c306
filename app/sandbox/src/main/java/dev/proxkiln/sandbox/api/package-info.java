/**
 * The REST face of the node: HTTPS on loopback, logins, the contract check, and one small class of
 * handlers per branch of the path tree.
 *
 * <p>Rule: order of the checks is the node's: login, endpoint, privileges, parameters, then the
 * handler. A handler returns plain maps, lists, texts and numbers and throws Refusals.
 */
@NullMarked
package dev.proxkiln.sandbox.api;

import org.jspecify.annotations.NullMarked;
