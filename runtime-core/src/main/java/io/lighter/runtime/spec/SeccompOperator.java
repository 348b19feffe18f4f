package io.lighter.runtime.spec;

/** How an argument is compared, unsigned. */
public enum SeccompOperator implements Term {
  NE("SCMP_CMP_NE"),
  LT("SCMP_CMP_LT"),
  LE("SCMP_CMP_LE"),
  EQ("SCMP_CMP_EQ"),
  GE("SCMP_CMP_GE"),
  GT("SCMP_CMP_GT"),
  MASKED_EQ("SCMP_CMP_MASKED_EQ");

  private final String term;

  SeccompOperator(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
