package dev.proxkiln.sandbox.boot;

import java.time.Instant;
import java.util.List;

/**
 * A guest that is not there: what a simulated machine knows of itself.
 *
 * @param hostName short host name
 * @param user the login that cloud-init makes
 * @param machineId 32 hex digits, new at each first boot of a disk
 * @param rootBytes size of the boot disk, which the root file system fills
 * @param addresses IPv4 and IPv6 addresses with prefix lengths, in the order of the networks
 * @param macs of the networks, in the same order
 * @param sshKeys that were given to the user
 * @param cloudInit whether a cloud-init drive told it anything
 * @param installs whether an installer runs in it, which switches it off when it is done
 * @param booted when it was started
 */
public record GuestModel(
    int vmid,
    String hostName,
    String user,
    String machineId,
    long rootBytes,
    List<List<String>> addresses,
    List<String> macs,
    List<String> sshKeys,
    boolean cloudInit,
    boolean installs,
    Instant booted) {}
