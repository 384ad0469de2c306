package dev.proxkiln.pve;

import org.junit.jupiter.api.Nested;

class SandboxTest {

  @Nested
  class OfVersion84 extends SandboxSuite {
    OfVersion84() {
      super("8.4");
    }
  }

  @Nested
  class OfVersion91 extends SandboxSuite {
    OfVersion91() {
      super("9.1");
    }
  }

  @Nested
  class OfVersion92 extends SandboxSuite {
    OfVersion92() {
      super("9.2");
    }
  }
}
