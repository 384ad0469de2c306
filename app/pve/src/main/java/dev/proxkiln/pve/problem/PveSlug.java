package dev.proxkiln.pve.problem;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems of talking to Proxmox VE. */
public enum PveSlug implements Slug {
  /** The address of the target cannot be read. */
  TARGET_INVALID(Kind.INPUT),
  /** The cluster has no such node, or none that is online. */
  NODE_MISSING(Kind.INPUT),
  /** No connection to the node, or it broke. */
  NODE_UNREACHABLE(Kind.HOST),
  /** The node's certificate is neither pinned nor signed by a trusted authority. */
  CERTIFICATE_UNKNOWN(Kind.HOST),
  /** The node shows another certificate than the pinned one. */
  CERTIFICATE_CHANGED(Kind.HOST),
  /** The ssh host key is not known yet, or it changed. */
  HOST_KEY_UNKNOWN(Kind.HOST),
  /** User, password, token or ssh key were refused. */
  LOGIN_FAILED(Kind.HOST),
  /** The user has a second factor, which cannot be asked for here. */
  SECOND_FACTOR_NEEDED(Kind.HOST),
  /** The user or token lacks a privilege. */
  PERMISSION_DENIED(Kind.HOST),
  /** Only a session of root@pam may do this; its API tokens may not. */
  ONLY_ROOT(Kind.HOST),
  /** The cluster has lost its quorum, its configuration is read-only. */
  QUORUM_LOST(Kind.HOST),
  /** The node's cluster file system does not run. */
  CLUSTER_SERVICE_DOWN(Kind.HOST),
  /** The node has no such call: older, or not Proxmox VE. */
  ENDPOINT_MISSING(Kind.HOST),
  /** The node answered something that cannot be read. */
  ANSWER_UNREADABLE(Kind.WORK),
  /** A parameter was refused. */
  PARAMETER_REFUSED(Kind.INPUT),
  /** This program runs in a locale that cannot pass a text on to a command. */
  LOCALE_NOT_UTF8(Kind.HOST),
  /** A secret would have to go on a command line, which is never done. */
  SECRET_NOT_SENDABLE(Kind.INTERNAL),
  /** The VM ID is in use. */
  VMID_TAKEN(Kind.INPUT),
  /** There is no such guest. */
  GUEST_MISSING(Kind.INPUT),
  /** The guest is locked by a running or broken operation. */
  GUEST_LOCKED(Kind.LOCKED),
  /** The guest runs and must be stopped for this. */
  GUEST_RUNNING(Kind.WORK),
  /** The guest does not run. */
  GUEST_STOPPED(Kind.WORK),
  /** The guest is a template, which cannot be started or converted again. */
  GUEST_IS_TEMPLATE(Kind.WORK),
  /** The guest is protected against removal. */
  PROTECTED(Kind.WORK),
  /** The guest did not shut down in time. */
  SHUTDOWN_TIMEOUT(Kind.TIMEOUT),
  /** The QEMU guest agent does not answer. */
  AGENT_NOT_RUNNING(Kind.WORK),
  /** The configuration was changed by somebody else in between. */
  CONFIG_CHANGED(Kind.WORK),
  /** A lock of the node could not be had in time. */
  LOCK_TIMEOUT(Kind.LOCKED),
  /** There is no such storage. */
  STORAGE_MISSING(Kind.INPUT),
  /** The storage is disabled, not on this node, or not reachable. */
  STORAGE_OFFLINE(Kind.HOST),
  /** The storage does not take this kind of content or format. */
  STORAGE_CONTENT(Kind.INPUT),
  /** The storage has no room left. */
  STORAGE_FULL(Kind.HOST),
  /** There is no such volume. */
  VOLUME_MISSING(Kind.WORK),
  /** A file of this name is there already. */
  VOLUME_EXISTS(Kind.WORK),
  /** A template's disk is still used by linked clones. */
  BASE_IN_USE(Kind.WORK),
  /** The storage cannot make linked clones. */
  LINKED_CLONE_UNSUPPORTED(Kind.INPUT),
  /** A disk cannot be made smaller. */
  DISK_SHRINK(Kind.INPUT),
  /** A task ended with an error that no other problem describes. */
  TASK_FAILED(Kind.WORK),
  /** A call was refused with an error that no other problem describes. */
  CALL_FAILED(Kind.WORK);

  private final Kind kind;

  PveSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
