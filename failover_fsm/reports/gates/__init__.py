"""Answers in the forms that pipelines read: JUnit XML and SARIF."""
