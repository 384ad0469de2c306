package dev.proxkiln.ui.form;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallWordsTest {
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("cores", "Cores", Type.integer(1, 9), "Cores."),
          Field.of("image", "Image", Type.anyText(9), "Image.").at(1),
          Field.of("agent", "Agent", Type.flag(), "Agent."),
          Field.of("pinned", "Pinned", Type.flag(), "Pinned."),
          Field.of("tags", "Tags", Type.listOf(Type.dnsName(), ""), "Tags."),
          Field.of("notes", "Notes", Type.anyText(99), "Notes."),
          Field.of("password", "Password", Type.anyText(99), "Password.")
              .from(Field.Source.PASSWORD));

  @Test
  void saysWhatWasGivenAndNothingThatShouldNotBeSeen() {
    Values values =
        Values.of(
                Map.of(
                    "image",
                    "a\nb",
                    "agent",
                    "no",
                    "pinned",
                    "yes",
                    "tags",
                    "x\ny",
                    "notes",
                    "it's mine",
                    "password",
                    "$6$hash"),
                new Origin(Origin.Kind.TYPED, ""))
            .with("cores", "4", new Origin(Origin.Kind.USER_FILE, "config.yaml"));
    List<String> words = CallWords.of("template create", SCHEMA, values);
    assertThat(CallWords.line(words))
        .isEqualTo(
            "template create a b --no-agent --pinned --tags x --tags y --notes 'it'\\''s mine'"
                + " --password secret:password");
  }
}
