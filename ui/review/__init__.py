"""阅卷: transcripts in, a queue sorted by doubt, marks changed with a reason, tables out."""
