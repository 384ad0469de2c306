/**
 * Talos: an operating system without users and shell that is told everything by a machine
 * configuration. Rule: the configuration holds the cluster's keys, so it is a secret and is never
 * part of a plan.
 */
@NullMarked
package dev.proxkiln.template.talos;

import org.jspecify.annotations.NullMarked;
