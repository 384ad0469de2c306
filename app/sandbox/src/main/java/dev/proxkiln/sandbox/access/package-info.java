/**
 * Who may do what: the node's certificate, logins by ticket, API tokens, users and the privileges
 * an access control list gives them.
 *
 * <p>Rule: checks answer or throw a Refusal with the node's words; nothing here knows what a
 * privilege is used for.
 */
@NullMarked
package dev.proxkiln.sandbox.access;

import org.jspecify.annotations.NullMarked;
