package dev.proxkiln.host.fetch;

import java.nio.file.Path;
import java.util.Map;

/**
 * An image that is here.
 *
 * @param digest of the bytes as published, lower-case hex
 * @param known {@code size}, {@code format}, {@code virtual-size}, {@code url}
 */
record Got(Path path, String digest, Map<String, String> known) {}
