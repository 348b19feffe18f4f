package io.lighter.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptionPageTest {
  @Test
  void shouldPutALabelInQuotationMarksForItsCommas() {
    OptionPage page = new OptionPage();
    OverlayOptions.DEFAULTS.withLabel("system_u:object_r:container_file_t:s0:c1,c2").tellTo(page);

    assertThat(page.text())
        .isEqualTo(
            "redirect_dir=nofollow,metacopy=off,xino=auto,"
                + "context=\"system_u:object_r:container_file_t:s0:c1,c2\"");
  }

  @Test
  void shouldLeaveTheLabelOutWhereThereIsNone() {
    OptionPage page = new OptionPage();
    OverlayOptions.DEFAULTS.tellTo(page);

    assertThat(page.text()).doesNotContain("context");
  }
}
