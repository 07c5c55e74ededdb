"""What a change does to a pair: two configurations compared, and procedures tried before they are carried out."""
