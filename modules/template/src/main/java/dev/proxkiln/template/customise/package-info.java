/**
 * What a template gets besides its image: packages, files, commands, settings. Rule: {@link
 * dev.proxkiln.template.customise.Customisation} says what is wanted and knows nothing of how; one
 * package writes it into a copy of the image, another into cloud-init's vendor data.
 */
@NullMarked
package dev.proxkiln.template.customise;

import org.jspecify.annotations.NullMarked;
