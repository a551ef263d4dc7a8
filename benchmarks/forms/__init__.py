"""One journey, written once for each form as plain as its own users would."""
