-- 1: somebody else chose the password and knows it. It opens nothing but the way to an own one.
ALTER TABLE auth_users ADD COLUMN password_given INTEGER NOT NULL DEFAULT 0 CHECK (password_given IN (0, 1));
