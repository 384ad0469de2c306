/**
 * Ignition: what Flatcar and Fedora CoreOS read at their first boot, from a file of the user's in
 * the Butane form or as Ignition JSON. Rule: pure; everything that is wrong is said at once, with
 * its place in the file.
 */
@NullMarked
package dev.proxkiln.template.ignition;

import org.jspecify.annotations.NullMarked;
