package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.host.fetch.WebFiles;
import java.nio.file.Path;

/** Releases at an https address, as {@code ./dev release} lays them out. */
public final class WebReleases implements ReleaseSource {
  /** No release is as large as this, in bytes. */
  private static final long MOST = 2L << 30;

  private final String address;
  private final WebFiles web;

  /**
   * A source.
   *
   * @param address without a slash at its end
   */
  public WebReleases(String address, WebFiles web) {
    this.address = address.replaceFirst("/+$", "");
    this.web = web;
  }

  @Override
  public String folder(ReleaseVersion version) {
    return "v" + version + "/";
  }

  @Override
  public String where(String name) {
    return address + "/" + name;
  }

  @Override
  public byte[] read(String name, int most) {
    return web.read(where(name), most);
  }

  @Override
  public void save(String name, Path file, Watch watch) {
    web.save(where(name), file, MOST, watch);
  }
}
