"""What each kind of file may contain, and the values that leaflets are made of."""
