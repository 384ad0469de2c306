package dev.proxkiln.template.create;

import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.packages.PackageSets;
import java.time.LocalDate;
import java.util.function.Supplier;

/**
 * What ships with proxkiln and templates are made with; each is read when first asked for.
 *
 * @param catalogue the images
 * @param packages the packages
 * @param schemas of cloud-init
 * @param today the calendar, for releases that get no fixes any more
 */
public record Library(
    Supplier<Catalogue> catalogue,
    Supplier<PackageSets> packages,
    Supplier<Schemas> schemas,
    Supplier<LocalDate> today) {}
