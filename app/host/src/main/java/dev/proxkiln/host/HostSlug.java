package dev.proxkiln.host;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems that this machine raises: commands, files, downloads, images, keys. */
public enum HostSlug implements Slug {
  /** A program that is needed is not installed. */
  COMMAND_MISSING(Kind.HOST),
  /** A program did not end before its deadline and was killed. */
  COMMAND_TIMEOUT(Kind.TIMEOUT),
  /** A file system has no room left, or would have none. */
  DISK_FULL(Kind.HOST),
  /** A file or folder cannot be written or deleted. */
  FILE_UNWRITABLE(Kind.HOST),
  /** A file cannot be read. */
  FILE_UNREADABLE(Kind.HOST),
  /** A setting is to be taken from this machine, which has none that a guest can use. */
  NOTHING_TO_INHERIT(Kind.INPUT),
  /** Another process holds a lock for longer than was waited. */
  LOCK_HELD(Kind.LOCKED),

  /** An address that cannot be downloaded from: not http or https, or not an address at all. */
  ADDRESS_INVALID(Kind.INPUT),
  /** A plain http address that the user did not allow. */
  ADDRESS_INSECURE(Kind.INPUT),
  /** The publisher sends to a plain http address. */
  REDIRECT_INSECURE(Kind.WORK),
  /** The publisher does not have the file, or does not give it. */
  DOWNLOAD_NOT_FOUND(Kind.WORK),
  /** The file could not be downloaded, after several tries where trying again makes sense. */
  DOWNLOAD_FAILED(Kind.WORK),
  /** The publisher's server went silent. */
  DOWNLOAD_STALLED(Kind.TIMEOUT),
  /** The connection ended before the whole file had come. */
  DOWNLOAD_TRUNCATED(Kind.WORK),
  /** More came than was announced, or than is allowed. */
  DOWNLOAD_TOO_LARGE(Kind.WORK),

  /** The bytes are not those that the publisher or the user named. */
  CHECKSUM_MISMATCH(Kind.WORK),
  /** The publisher's checksum file does not name the image. */
  CHECKSUM_MISSING(Kind.WORK),
  /** The publisher's checksum file is not one. */
  CHECKSUM_UNREADABLE(Kind.WORK),
  /** A signature does not fit the checksum file or the pinned key. */
  SIGNATURE_INVALID(Kind.WORK),
  /** A checksum file that must be signed is not. */
  SIGNATURE_MISSING(Kind.WORK),
  /** The key that a signature must be made with is not at hand. */
  KEY_UNKNOWN(Kind.INPUT),
  /** A catalogue with a good signature that must not be taken: old, or not for this program. */
  CATALOGUE_UPDATE_REFUSED(Kind.WORK),

  /** A release, its list of checksums or a channel's file is not what it should be. */
  RELEASE_INVALID(Kind.WORK),
  /** An older release than the installed one, which nobody asked for in so many words. */
  RELEASE_OLDER(Kind.INPUT),
  /** A release whose self check fails on this machine. */
  RELEASE_UNFIT(Kind.WORK),
  /** There is no release to go back to. */
  NO_EARLIER_RELEASE(Kind.INPUT),
  /** A run is under way, so the release is not changed. */
  UPDATE_BLOCKED(Kind.LOCKED),
  /** systemd did not take the timer of automatic updates. */
  TIMER_REFUSED(Kind.HOST),

  /** Compressed bytes that cannot be unpacked. */
  UNPACK_FAILED(Kind.WORK),
  /** An image that unpacks to more than is allowed. */
  UNPACK_TOO_LARGE(Kind.WORK),
  /** An archive without the wanted file, or with several that could be it. */
  ARCHIVE_MEMBER_MISSING(Kind.WORK),

  /** An image that needs other files. */
  IMAGE_HAS_BACKING_FILE(Kind.WORK),
  /** A file that is no disk image, or one that cannot be used. */
  IMAGE_NOT_AN_IMAGE(Kind.WORK),
  /** A disk image of another format than was said. */
  IMAGE_FORMAT_DIFFERS(Kind.WORK),

  /** Another process runs the queue. */
  QUEUE_RUNNING(Kind.LOCKED),
  /** A file in the queue's folder is no entry of it. */
  QUEUE_UNREADABLE(Kind.WORK),

  /** A file that is no jar of a module. */
  PLUGIN_UNREADABLE(Kind.INPUT),
  /** A plug-in without signature, or another one than was agreed to. */
  PLUGIN_UNSIGNED(Kind.INPUT),
  /** A plug-in whose signature is of none of the trusted keys. */
  PLUGIN_UNTRUSTED(Kind.INPUT),
  /** A plug-in whose code does not work here. */
  PLUGIN_BROKEN(Kind.HOST),

  /** A text that is not an SSH public key. */
  SSH_KEY_INVALID(Kind.INPUT),
  /** No SSH agent, or one without keys. */
  SSH_AGENT_EMPTY(Kind.INPUT);

  private final Kind kind;

  HostSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
