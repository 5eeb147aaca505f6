package sqldb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// fileLease locks a file beside the database (flock, which the kernel takes back when the process ends). The file itself stays
// and means nothing.
func fileLease(path string) leaser {
	return func(_ context.Context, exclusive bool) (*Lease, error) {
		file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
		if err != nil {
			return nil, fmt.Errorf("sqldb: lease: %w", err)
		}
		how := syscall.LOCK_SH
		if exclusive {
			how = syscall.LOCK_EX
		}
		err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(ErrInUse, file.Close())
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("sqldb: lease: %w", err), file.Close())
		}
		return &Lease{release: file.Close}, nil
	}
}
