/**
 * How a node is: its release, its cluster, its storages, its clock, certificates and package
 * repositories. Rule: reads only, and what may not be read is a finding, never an error.
 */
@NullMarked
package dev.proxkiln.pve.health;

import org.jspecify.annotations.NullMarked;
