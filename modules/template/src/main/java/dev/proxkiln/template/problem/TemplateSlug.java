package dev.proxkiln.template.problem;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems that the template module raises. */
public enum TemplateSlug implements Slug {
  /** No catalogue file has an image of that name. */
  IMAGE_UNKNOWN(Kind.INPUT),
  /** A catalogue file cannot be read, or an entry in it lacks something or has an unknown key. */
  CATALOGUE_UNREADABLE(Kind.INPUT),
  /** The image has no build for the firmware or the architecture that is wanted. */
  IMAGE_WITHOUT_BUILD(Kind.INPUT),
  /** The image needs another way than a download: an installer, a file of one's own, a digest. */
  IMAGE_NOT_USABLE(Kind.INPUT),
  /** The publisher of the image makes no fixes for that release any more. */
  IMAGE_WITHOUT_FIXES(Kind.INPUT),
  /** The storage is not there, not active, or does not take disk images. */
  STORAGE_WITHOUT_IMAGES(Kind.HOST),
  /** No storage takes content type import, and this target needs one to get the image there. */
  STORAGE_WITHOUT_IMPORT(Kind.HOST),
  /** The storage has less free space than the disk needs. */
  STORAGE_TOO_SMALL(Kind.HOST),
  /** The bridge or vnet is not there on this node. */
  BRIDGE_MISSING(Kind.HOST),
  /** The resource pool is not there. */
  POOL_MISSING(Kind.HOST),
  /** A setting needs a snippet, and no snippet can be put on this target. */
  SNIPPET_UNREACHABLE(Kind.HOST),
  /** The ISO is none, cannot be trusted or reached, or cannot be installed that way. */
  ISO_UNUSABLE(Kind.INPUT),
  /** A preflight found something that keeps templates from being made. */
  NOT_READY(Kind.HOST),
  /** A file that cloud-init would not take. */
  CLOUD_INIT_INVALID(Kind.INPUT),
  /** Own cloud-init files and other settings that cannot both be. */
  CLOUD_INIT_CONFLICT(Kind.INPUT),
  /** Cloud-init files that are larger than PVE reads. */
  CLOUD_INIT_TOO_LARGE(Kind.INPUT),
  /** Own user data takes the place of PVE's, and nobody agreed to that. */
  USER_DATA_REPLACES(Kind.INPUT),
  /** The virtual disk inside the image is larger than the disk that was asked for. */
  DISK_TOO_SMALL(Kind.INPUT),
  /** The password is a hash of a kind that PVE would hash once more. */
  PASSWORD_HASH_UNKNOWN(Kind.INPUT),
  /** A template whose clones let nobody in: neither an SSH key nor a password. */
  NOBODY_CAN_LOG_IN(Kind.INPUT),
  /** The system gives its first user a password that everybody can read. */
  PASSWORD_PUBLISHED(Kind.INPUT),
  /** The firmware variables hold only the Secure Boot certificates that ran out in 2026. */
  SECURE_BOOT_OUTDATED(Kind.HOST),
  /** What PVE made is not what was asked for. */
  TEMPLATE_NOT_AS_PLANNED(Kind.WORK),
  /** There is no guest with that VM ID or name. */
  TEMPLATE_UNKNOWN(Kind.INPUT),
  /** The guest is there and is no template. */
  NOT_A_TEMPLATE(Kind.INPUT),
  /** The template has copies on other nodes, and nobody said what becomes of them. */
  TEMPLATE_HAS_COPIES(Kind.INPUT),
  /** The template was not made by proxkiln, or the mark was removed. */
  NOT_MADE_BY_PROXKILN(Kind.INPUT),
  /** A package, category or preset that the lists do not have. */
  PACKAGE_UNKNOWN(Kind.INPUT),
  /** A package that the image's distribution does not have. */
  PACKAGE_UNAVAILABLE(Kind.INPUT),
  /** The image has no package manager that can be used. */
  PACKAGES_UNSUPPORTED(Kind.INPUT),
  /** Something else has the name or the VM ID of a wanted template. */
  TEMPLATE_IN_THE_WAY(Kind.HOST),
  /** A clone of the template did not boot as it should. */
  TEMPLATE_TEST_FAILED(Kind.WORK),
  /** A playbook, or what it needs of the clone that it runs against, failed. */
  PROVISION_FAILED(Kind.WORK),
  /** A template that is no version of a definition has the definition's name. */
  SERIES_NAME_TAKEN(Kind.INPUT),
  /** An image could not be built from packages. */
  IMAGE_NOT_BUILT(Kind.WORK),
  /** The copy of an image could not be changed. */
  CUSTOMIZATION_FAILED(Kind.WORK),
  /** The answers of an unattended installation could not be put on media. */
  MEDIA_NOT_MADE(Kind.WORK),
  /** systemd did not take the timer that refreshes templates. */
  TIMER_NOT_CHANGED(Kind.HOST),
  /** The disks of a template cannot be read or written from this machine. */
  DISKS_OUT_OF_REACH(Kind.HOST),
  /** An archive cannot be written: its place is taken, or there is none for it. */
  ARCHIVE_NOT_WRITTEN(Kind.HOST),
  /** An archive is damaged, is no template, or was made by a newer proxkiln. */
  ARCHIVE_UNREADABLE(Kind.INPUT),
  /** The template has no copy on the node that is asked for. */
  TEMPLATE_NOT_ON_NODE(Kind.INPUT),
  /** A copy of the template cannot be on that node. */
  NODE_UNSUITABLE(Kind.HOST),
  /** There is no such version, or none to go back to. */
  VERSION_UNKNOWN(Kind.INPUT);

  private final Kind kind;

  TemplateSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
