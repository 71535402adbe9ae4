"""What each kind of file may say, and the values that leaflets are made of."""
